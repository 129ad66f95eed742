"""Which papers are near to which: TF-IDF and the cosine, over titles, summaries and abstracts.

As in arxiv-sanity-lite, scikit-learn does the counting. A word counts by how often a text has it
(sublinearly) and how few texts have it; what stands in very many says nothing about any. Nothing but
the papers' own words is looked at, so the same catalog always gives the same neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping

from generator import text
from generator.model import Catalog, Paper

MOST = 10  # neighbours of a paper
LEAST = 0.08  # cosine below which two papers merely share a word or two
_COMMON = (0.4, 2_000)  # of papers, in parts of all or in number, that may have a word which counts
_TERMS = 60  # of a text that are compared: those which tell most of it
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
    """A row a paper, of unit length; a column a word (a SciPy matrix in compressed rows)."""
    # Imported when it is needed: it takes a second, and most commands don't.
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer
    from sklearn.preprocessing import normalize

    vectorizer = TfidfVectorizer(
        analyzer=lambda paper: [
            word for word in _words(paper) if word not in ENGLISH_STOP_WORDS and len(word) > 1
        ],
        sublinear_tf=True,
        max_df=min(_COMMON[0], _COMMON[1] / len(papers)),
    )
    try:
        weights = vectorizer.fit_transform(papers)
    except ValueError:  # there is no word that some have and others haven't
        from scipy.sparse import csr_matrix

        return csr_matrix((len(papers), 1))
    for row in range(weights.shape[0]):
        of_row = weights.data[weights.indptr[row] : weights.indptr[row + 1]]
        if len(of_row) > _TERMS:
            least = sorted(of_row)[-_TERMS]
            of_row[of_row < least] = 0
    weights.eliminate_zeros()
    return normalize(weights, copy=False)


def _words(paper: Paper) -> list[str]:
    title = text.words(paper.title)
    # What it is called says more than any sentence about it.
    return [*title, *title, *text.words(f"{paper.summary or ''} {paper.abstract or ''}")]


def _nearest(indices, scores, itself: int, most: int) -> list[int]:
    """Positions of the highest scores, without the paper's own."""
    import numpy

    enough = scores >= LEAST
    indices, scores = indices[enough], scores[enough].round(6)  # or the last bit would decide
    order = numpy.lexsort((indices, -scores))[: most + 1]
    return [int(indices[at]) for at in order if indices[at] != itself][:most]
