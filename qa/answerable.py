"""How probable it is that the sources answer a question: a logistic model of a few signals.

The weights are learned by `python -m benchmarks.answerable`, which prints them with their
cross-validation; nothing in them knows a question's words.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.lexical import terms
from qa.retrieve import Signals

# The best passages that are looked at.
_LOOKED_AT = 5
FEATURES = ("sentence","passage","cosine","covered45","covered55","weakest","lead","literal","names","softnames","type","nwords")
WEIGHTS = (0.0, 1.0) + (0.0,)*11
THRESHOLD = 0.5

def features(question, ranked):
    from qa.expects import fits
    best = ranked[:_LOOKED_AT]
    lit=[];nam=[];soft=[]
    for s in best:
        have=set(terms(s.found.passage.text+" "+s.found.passage.context))
        tot=sum(w.rarity for w,_ in s.words) or 1
        lit.append(sum(w.rarity*(w.term in have) for w,_ in s.words)/tot)
        names=[(w,c) for w,c in s.words if w.is_name]
        t2=sum(w.rarity for w,_ in names)
        nam.append(sum(w.rarity*(w.term in have) for w,_ in names)/t2 if names else 1.0)
        soft.append(min((1.0 if w.term in have else c for w,c in names),default=1.0))
    def cov(s,t):
        tot=sum(w.rarity for w,_ in s.words) or 1
        return sum(w.rarity*(c>t) for w,c in s.words)/tot
    bi=max(range(len(best)),key=lambda i:max(best[i].sentences,default=0))
    bs=best[bi]; k=int(np.argmax(bs.sentences)) if bs.sentences else 0
    p=bs.found.passage; se=p.sentences[k]; text=p.text[se.start-p.start:se.end-p.start]
    return np.array([
        max(max(s.sentences, default=0.0) for s in best),
        max(s.passage for s in best), max(s.dense for s in best),
        max(cov(s,.45) for s in best),max(cov(s,.55) for s in best),
        max(min((c for _,c in s.words), default=0.0) for s in best),
        best[0].score - sum(s.score for s in best[1:]) / max(1, len(best) - 1) if len(best) > 1 else 0.0,
        max(lit),max(nam),max(soft), float(fits(question,text)), math.log(1+len(best[0].words))])

def probability(question, ranked):
    if not ranked: return 0.0
    total = WEIGHTS[0] + float(features(question, ranked) @ np.array(WEIGHTS[1:]))
    return 1 / (1 + math.exp(-total))
