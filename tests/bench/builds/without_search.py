"""The program ``broadsheet``, but its builds make no search index, as those of others don't."""

from generator.cli import main
from generator.search import index

if __name__ == "__main__":
    index.render = lambda *_: ()
    main()
