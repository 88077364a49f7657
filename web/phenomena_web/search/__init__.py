"""Search: the language of the search box, what it means in SQL, corrections where nothing is found, suggestions.

`language` reads what is typed, `expressions` makes SQL of it, `wording` describes it; `known_words` looks up the words
and names of the database, `correction` uses them where a search finds nothing, `suggestions` while one is typed.
`finding` and `relevance` put all that into the list of papers. `words` is what the builder needs of it too.
"""
