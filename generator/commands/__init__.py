"""The commands, a module each; ``cli`` puts them together."""
