"""`python -m gongkai.cli`, where the console script is not on the path."""

from gongkai.cli import main

if __name__ == "__main__":
    main()
