package io.smarter.controllers;

/** Is told which nodes are connected. Safe for use by many threads; returns at once. */
public interface NodeLiveness {
    /** A node's tunnel is up, or it was lost. */
    void connected(String node, boolean connected);
}
