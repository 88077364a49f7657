"""A small list and its history: a paper under two topics, one that was removed for a time, one of unknown age."""

from __future__ import annotations

from pathlib import Path

from sites import make_folder

LIST = """# A List

## Collapse

### Collapse: 2020

- First Paper [[paper]](https://arxiv.org/abs/2001.00001)
  - Ann Lee, Bo Chen, Cy Moe, Di Wu. *ICLR 2021*
  - Key Word: Grokking.
- Second Paper [[paper]](https://arxiv.org/abs/2001.00002) [[code]](https://github.com/a/b)
  - Bo Chen.

### Collapse: 2023

- Third Paper
  - Cy Moe.

## Descent

### Descent: 2023

- First Paper [[paper]](https://arxiv.org/abs/2001.00001)
  - Ann Lee.
"""
HISTORY = """date,revision,paper,title,section,kind,field,old,new
2020-01-31,aaaaaaa,arxiv-2001-00001,First Papr,Old <Topic>,added,,,
2021-03-01,bbbbbbb,arxiv-2001-00001,First Paper,Old <Topic>,changed,title,First Papr,First Paper
2021-03-01,bbbbbbb,arxiv-2001-00001,First Paper,Old <Topic>,changed,keywords,,Grokking
2021-03-01,bbbbbbb,arxiv-2001-00001,First Paper,Old <Topic>,changed,code_url,https://x.org,
2021-03-02,ccccccc,arxiv-2001-00001,First Paper,Collapse,moved,topic,Old <Topic>,Collapse
2021-03-02,ccccccc,arxiv-2001-00001,First Paper,Collapse,changed,digest,,
2021-04-01,ddddddd,arxiv-2001-00001,First Paper,Descent,added,,,
2021-04-02,eeeeeee,arxiv-2001-00002,Second Paper,Collapse,added,,,
2021-05-03,fffffff,arxiv-2001-00002,Second Paper,Collapse,removed,,,
2021-05-04,fffffff,arxiv-2001-00002,Second Paper,,moved,topic,Collapse,
2023-06-05,abcdefa,arxiv-2001-00002,Second Paper,Collapse,added,,,
2023-06-05,abcdefa,arxiv-2001-00002,Second Paper,Collapse,moved,topic,,Collapse
2023-06-05,abcdefa,arxiv-2001-00009,Gone Paper,Collapse,removed,,,
"""


def make_site(place: Path, history: str | None) -> Path:
    (place / "list.md").write_text(LIST)
    if history is not None:
        (place / "list.history.csv").write_text(history)
    return make_folder(place / "site", place / "list.md")
