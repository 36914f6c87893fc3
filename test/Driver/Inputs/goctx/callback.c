#include <pthread.h>

#include "_cgo_export.h"

static void *run(void *n) {
  goCallback((int)(long)n);
  return 0;
}

void onThread(int n) {
  pthread_t t;
  pthread_create(&t, 0, run, (void *)(long)n);
  pthread_join(t, 0);
}

void onThisThread(int n) { goCallback(n); }
