{#-
  What scripts have to know of mkdocs.yml: once for the whole site, rather than in every page.
-#}
/** The options of the palette, as in mkdocs.yml. */
export const palette = {{ (config.theme.palette if config.theme.palette is not mapping else [])|d([], true)|tojson }}
