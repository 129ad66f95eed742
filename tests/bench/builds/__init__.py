"""What a build costs, beside MkDocs with Material, Hugo, Pelican and Zensical, of the same papers."""
