/* Loaded into Postgres (LD_PRELOAD): fsync and fdatasync take so many milliseconds longer as the file that
 * SWAPWIRE_SLOW_DISK names says. The file is read each time, so that a running server's disk can become slow. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static void wait_as_told(void) {
    const char *name = getenv("SWAPWIRE_SLOW_DISK");
    FILE *file = name ? fopen(name, "r") : NULL;
    unsigned int milliseconds = 0;
    if (!file) return;
    if (fscanf(file, "%u", &milliseconds) == 1 && milliseconds > 0) usleep(milliseconds * 1000);
    fclose(file);
}

int fsync(int descriptor) {
    wait_as_told();
    return (int)syscall(SYS_fsync, descriptor);
}

int fdatasync(int descriptor) {
    wait_as_told();
    return (int)syscall(SYS_fdatasync, descriptor);
}
