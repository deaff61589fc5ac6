"""What each part of a page is: `zones` divides one, by the rules of `data/rules.toml`."""
