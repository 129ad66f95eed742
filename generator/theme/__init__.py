"""How Broadsheet looks: the theme ``broadsheet`` of MkDocs, which extends Material."""
