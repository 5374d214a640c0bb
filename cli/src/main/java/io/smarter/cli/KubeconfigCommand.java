package io.smarter.cli;

import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints where the administrator's kubeconfig is. */
@Command(name = "kubeconfig", description = "Prints the path of the administrator's kubeconfig.")
final class KubeconfigCommand implements Callable<Integer> {
    @Mixin
    private DataOption data = new DataOption();

    @Override
    public Integer call() {
        var instance = data.instance();
        if (!Files.isReadable(instance.kubeconfig()))
            throw new CliException("no cloud in %s; start one with: smarter up".formatted(instance.data()));
        System.out.println(instance.kubeconfig());
        return 0;
    }
}
