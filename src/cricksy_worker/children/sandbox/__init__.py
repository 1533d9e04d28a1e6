"""What an analysis child may not do, in case a video takes it over: FFmpeg's decoders read what strangers send.

Each protection stands by itself. What a kernel or a machine lacks is left out and named in one line of the log.

    seccomp       no network, no program, no process, no signal, no tracing, no links, no odd parts of the kernel
    Landlock      of the file system only its own folder, the models and what Python needs to read; from Linux 5.13 on
    capabilities  none, also if root started the worker, but to read what another user installed
    rlimits       files, their size, CPU time, processes, no core
    prctl         no new privileges, no look into its memory

They come before the analysis is imported: its libraries need none of what is forbidden, but for matplotlib, which looks
for fonts without ``fc-list`` then. And they hold for the threads that start after them, of which there are none yet.
"""
