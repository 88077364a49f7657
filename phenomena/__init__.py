"""The builder, a folder per room, each importing only those before it.

reader, papers, map, citations, database, bundle, command
"""
