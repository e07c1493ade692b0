"""`python -m onebox`: the command `gongzhi`, whatever the PATH."""

from onebox.cli import main

if __name__ == "__main__":
    main()
