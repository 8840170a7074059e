"""The sandbox: a local server with made-up stocks that imitates the providers' HTTP interfaces."""
