"""The HTML pages. A view loads, calls one function of the workflow, and renders or redirects; it holds no rules."""
