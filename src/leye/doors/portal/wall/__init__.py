"""The wall 大屏: what its pages show, put together as panels; nothing of it is computed here."""
