"""Network 服务网络: where people are served, and where villages lie."""
