{#-
  What scripts have to know of mkdocs.yml: once for the whole site, rather than in every page.
-#}
/** The options of the palette, as in mkdocs.yml. */
export const palette = {{ (config.theme.palette if config.theme.palette is not mapping else [])|d([], true)|tojson }}

/** How to begin a topic in the editor of the repository, as topic.js does; null if there is no repository. */
export const topicEditor = {{ topic_editor|d(none)|tojson }}
