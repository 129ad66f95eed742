{#-
  What scripts have to know of mkdocs.yml and of the theme: once for the whole site, rather than in every page.
-#}
{%- import "partials/language.html" as lang with context -%}
{%- from "partials/material.html" import bundle, worker -%}
/** The options of the palette, as in mkdocs.yml. */
export const palette = {{ (config.theme.palette if config.theme.palette is not mapping else [])|d([], true)|tojson }}

{% set dialog %}{% include "partials/search_dialog.html" %}{% endset -%}
/** The HTML of the search, which holds nothing but the theme's own words. */
export const dialog = {{ dialog|tojson }}

/** The path of Material's script, and what it asks for, below the site's address. */
export const bundle = {{ bundle|tojson }}
export const material = {{ {
  "features": [],
  "search": "assets/javascripts/search.js?" ~ worker,
  "translations": {
    "search.result.placeholder": lang.t("search.result.placeholder"),
    "search.result.none": lang.t("search.result.none"),
    "search.result.one": lang.t("search.result.one"),
    "search.result.other": lang.t("search.result.other"),
    "search.result.more.one": lang.t("search.result.more.one"),
    "search.result.more.other": lang.t("search.result.more.other"),
    "search.result.term.missing": lang.t("search.result.term.missing")
  }
} | tojson }}

/** How to begin a topic in the editor of the repository, as topic.js does; null if there is no repository. */
export const topicEditor = {{ topic_editor|d(none)|tojson }}
