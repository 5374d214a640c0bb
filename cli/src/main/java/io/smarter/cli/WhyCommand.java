package io.smarter.cli;

import io.smarter.api.Names;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks the gateway of a pod why it runs or does not: one on this machine, which needs no cloud, or through the cloud. */
@Command(
        name = "why",
        description = "Tells why a pod runs or does not, from the record of its gateway.",
        footer = {
            "",
            "On a gateway its agent is asked, with or without a link to the cloud.",
            "Elsewhere it is asked through the cloud of the kubeconfig, which takes",
            "the right to get nodes/proxy."
        })
final class WhyCommand implements Callable<Integer> {
    private static final String KIND = "pod/";

    @Parameters(paramLabel = "pod/NAME", description = "The pod.")
    private String pod = "";

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NS",
            defaultValue = "default",
            description = "Its namespace (default: ${DEFAULT-VALUE}).")
    private String namespace = "default";

    @Option(
            names = {"-c", "--container"},
            paramLabel = "C",
            description = "Only this container.")
    private String container = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "json for programs.")
    private String output = "";

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            defaultValue = "${env:KUBECONFIG}",
            description = "How to reach the cloud (default: $KUBECONFIG, or that of the instance in --data).")
    private @Nullable Path kubeconfig;

    @Mixin
    private DataOption data = new DataOption();

    @Override
    public Integer call() throws Exception {
        if (!output.isEmpty() && !output.equals("json"))
            throw new CliException("-o takes json, was '%s'".formatted(output));
        var question = question();
        var answer = ask(question);
        System.out.print(output.equals("json") ? answer.json().pretty() : answer.text());
        return answer.known() ? 0 : 1;
    }

    private WhyQuestion question() {
        var name = pod.startsWith(KIND) ? pod.substring(KIND.length()) : pod;
        if (!Names.subdomain(name).isEmpty())
            throw new CliException("the pod is named as pod/NAME, was '%s'".formatted(pod));
        if (!Names.subdomain(namespace).isEmpty())
            throw new CliException("--namespace is a name as default, was '%s'".formatted(namespace));
        return new WhyQuestion(namespace, name, container);
    }

    /** The first answer of one who knows the pod, or else the most that those who were asked can say. */
    private WhyAnswer ask(WhyQuestion question) throws Exception {
        var asked = new ArrayList<WhyAnswer>();
        for (var socket : data.instance().agents()) {
            var answer = question.local(socket);
            if (answer.known()) return answer;
            asked.add(answer);
        }
        var config = config();
        if (config != null) {
            var answer = question.cloud(config);
            if (answer.known()) return answer;
            asked.addFirst(answer);
        }
        if (asked.isEmpty())
            throw new CliException(
                    "nobody to ask: no agent is seen in %s (only its own user sees it, mostly root) and there is no kubeconfig; give the agent's --data, or --kubeconfig"
                            .formatted(data.instance().data()));
        return WhyAnswer.unknown(question, asked, config == null);
    }

    private @Nullable Path config() {
        var usual = data.instance().kubeconfig();
        if (kubeconfig == null || kubeconfig.toString().isEmpty()) return Files.isReadable(usual) ? usual : null;
        if (!Files.isReadable(kubeconfig))
            throw new CliException("--kubeconfig: %s can't be read".formatted(kubeconfig));
        return kubeconfig;
    }
}
