"""Runs a program in a terminal of its own, driven through pipes; when its input ends, the terminal is closed."""

import fcntl, os, pty, select, struct, sys, termios

pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 140, 0, 0))
    os.execvp(sys.argv[1], sys.argv[1:])

print(pid, file=sys.stderr, flush=True)
while True:
    ready, _, _ = select.select([0, terminal], [], [])
    if 0 in ready:
        typed = os.read(0, 4096)
        if not typed:
            break
        os.write(terminal, typed)
    if terminal in ready:
        try:
            shown = os.read(terminal, 65536)
        except OSError:
            break
        if not shown:
            break
        os.write(1, shown)

os.close(terminal)
os.waitpid(pid, 0)
