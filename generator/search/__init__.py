"""Search: one index, written at build, and two engines that answer from it alike.

``analysis`` turns texts into what is looked for: terms. The same is written in JavaScript, for
browsers, in ``theme/assets/javascripts/search/``; tests hold the two together.
"""
