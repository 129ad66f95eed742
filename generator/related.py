"""Which papers are near to which: TF-IDF and the cosine, over titles, summaries and abstracts.

As in arxiv-sanity-lite, and with scikit-learn's weights (``sublinear_tf``, ``smooth_idf``), but on SciPy
alone: to import scikit-learn takes longer than all the rest for a thousand papers. Nothing but the
papers' own words is looked at, so the same catalog always gives the same neighbours.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping

from generator import text
from generator.model import Catalog, Paper

MOST = 10  # neighbours of a paper
LEAST = 0.08  # cosine below which two papers merely share a word or two
_COMMON = (0.4, 2_000)  # of papers, in parts of all or in number, that may have a word which counts
_TERMS = 60  # of a text that are compared: those which tell most of it
_FUNCTION_WORDS = frozenset(
    "about across after all also an and any are as at be been being between both but by can could did do "
    "does each either for from had has have having how however if in into is it its itself may might more "
    "most much must no nor not of often on one only onto or other our out over own per rather same should "
    "since so some such than that the their them then there these they this those through thus to too two "
    "under until up upon us very via was we well were what when where whether which while who whose will "
    "with within without would yet you your".split()
)
_ROWS = 500  # papers that are compared with all others at a time, to bound the memory


def related(catalog: Catalog, most: int = MOST) -> Mapping[str, tuple[Paper, ...]]:
    """Slug → at most so many papers, the nearest first; equals stand in order of their slugs.

    Time grows with the number of papers and how many of them share a word; 10,000 take seconds.
    """
    papers = sorted(catalog.papers, key=lambda paper: paper.slug)
    if len(papers) < 3:  # too few to tell which words are common
        return {}
    weights = _weights(papers)
    transposed = weights.T.tocsr()
    near: dict[str, tuple[Paper, ...]] = {}
    for start in range(0, len(papers), _ROWS):
        rows = weights[start : start + _ROWS] @ transposed
        for number in range(rows.shape[0]):
            paper = papers[start + number]
            span = slice(rows.indptr[number], rows.indptr[number + 1])
            near[paper.slug] = tuple(
                papers[index]
                for index in _nearest(rows.indices[span], rows.data[span], start + number, most)
            )
    return near


def _weights(papers: list[Paper]):
    """A row a paper, of unit length; a column a word (a SciPy matrix in compressed rows).

    A word weighs 1 + ln(how often the text has it), times 1 + ln((1 + papers) / (1 + papers with it)).
    """
    import numpy
    from scipy.sparse import csr_matrix  # where it is needed: most commands can start without it

    texts = [Counter(_words(paper)) for paper in papers]
    found_in = Counter(word for words in texts for word in words)
    most = min(_COMMON[0] * len(papers), _COMMON[1])
    column = {
        word: number
        for number, word in enumerate(word for word, n in found_in.items() if n <= most)
    }
    data, indices, starts = [], [], [0]
    for words in texts:
        weighed = {
            column[word]: (1 + math.log(times))
            * (1 + math.log((1 + len(papers)) / (1 + found_in[word])))
            for word, times in words.items()
            if word in column
        }
        row = sorted(sorted(weighed.items(), key=lambda item: (-item[1], item[0]))[:_TERMS])
        length = math.sqrt(sum(weight * weight for _, weight in row))
        indices += [number for number, _ in row]
        data += [weight / length for _, weight in row]
        starts.append(len(indices))
    shape = (len(papers), len(column) or 1)
    return csr_matrix(
        (numpy.array(data), numpy.array(indices, dtype=numpy.int32), starts), shape=shape
    )


def _words(paper: Paper) -> Iterator[str]:
    title = text.words(paper.title)
    # What it is called says more than any sentence about it.
    for word in (*title, *title, *text.words(f"{paper.summary or ''} {paper.abstract or ''}")):
        if len(word) > 1 and word not in _FUNCTION_WORDS:
            yield word


def _nearest(indices, scores, itself: int, most: int) -> list[int]:
    """Positions of the highest scores, without the paper's own."""
    import numpy

    enough = scores >= LEAST
    indices, scores = indices[enough], scores[enough].round(6)  # or the last bit would decide
    order = numpy.lexsort((indices, -scores))[: most + 1]
    return [int(indices[at]) for at in order if indices[at] != itself][:most]
