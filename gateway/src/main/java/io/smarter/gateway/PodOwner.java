package io.smarter.gateway;

/** Is told what others need to know of a pod's worker; not while the worker holds its lock. */
interface PodOwner {
    /** Nothing of the pod is left. */
    void finished(PodWorker worker);

    /** The worker watches other ConfigMaps or Secrets. */
    void referencesChanged();
}
