"""The page kit every door shares: layout, pieces, charts, downloads, and errors as pages."""
