"""Our charts against upstream's: figures, axes and all that is drawn, object by object.

`scenarios` draws, `figures` reads what was drawn, `recorder` runs both under any interpreter,
`record` keeps upstream's results, and the tests compare with them.
"""
