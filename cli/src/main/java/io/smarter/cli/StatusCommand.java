package io.smarter.cli;

import io.smarter.agent.AgentFolder;
import io.smarter.json.Json;
import io.smarter.linux.Processes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells what runs on this machine, where it listens and what memory it takes. */
@Command(name = "status", description = "Shows what runs here, its addresses and its resident memory.")
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private DataOption data = new DataOption();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "json for programs.")
    private String output = "";

    @Override
    public Integer call() throws Exception {
        var instance = data.instance();
        switch (output) {
            case "json" -> System.out.print(json(instance).pretty());
            case "" -> System.out.print(table(instance));
            default -> throw new CliException("-o takes json, was '%s'".formatted(output));
        }
        return 0;
    }

    static Json.Obj json(Instance instance) throws IOException {
        var gateways = new ArrayList<Json>();
        for (var name : instance.gateways()) {
            var process = instance.gateway(name).program();
            if (process.isEmpty()) continue;
            gateways.add(Json.obj(
                    "name",
                    name,
                    "pid",
                    process.get().pid(),
                    "rssBytes",
                    Processes.residentBytes(process.get().pid()),
                    "agent",
                    agent(instance, name),
                    "runtime",
                    "unix://" + instance.runtime(name),
                    "notices",
                    instance.notices(name).all()));
        }
        var cloud = instance.cloud().process();
        var status = Json.obj("gateways", gateways);
        if (cloud.isEmpty()) return status;
        return Json.obj(
                "cloud",
                Json.obj(
                        "url", instance.admin().server().toString(),
                        "kubeconfig", instance.kubeconfig().toString(),
                        "pid", cloud.get().pid(),
                        "rssBytes", Processes.residentBytes(cloud.get().pid())),
                "gateways",
                gateways);
    }

    static String table(Instance instance) throws IOException {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("NAME", "STATE", "PID", "RESIDENT", "AGENT", "ADDRESS"));
        var cloud = instance.cloud().process();
        rows.add(row(
                "cloud",
                cloud,
                "",
                cloud.isPresent() ? instance.admin().server().toString() : ""));
        for (var name : instance.gateways()) {
            var process = instance.gateway(name).program();
            rows.add(row(
                    name,
                    process,
                    agent(instance, name),
                    process.isPresent() ? "unix://" + instance.runtime(name) : ""));
        }
        return Terminal.table(rows) + notices(instance);
    }

    /** What somebody should do something about. */
    private static String notices(Instance instance) throws IOException {
        var text = new StringBuilder();
        for (var name : instance.gateways())
            instance.notices(name)
                    .all()
                    .forEach((subject, notice) -> text.append("\n%s: %s: %s\n".formatted(name, subject, notice)));
        return text.toString();
    }

    /** The version of a gateway's agent, or the one that is being tried. */
    private static String agent(Instance instance, String gateway) throws IOException {
        var state = AgentFolder.state(instance.agentFolder(gateway));
        if (!state.trial().isEmpty()) return state.trial() + " (on trial)";
        if (!state.current().isEmpty()) return state.current();
        var installed = AgentProgram.current();
        return installed == null ? "" : installed.version();
    }

    private static List<String> row(String name, Optional<ProcessHandle> process, String agent, String address)
            throws IOException {
        if (process.isEmpty()) return List.of(name, "stopped", "-", "-", agent, "");
        var running = process.get();
        return List.of(
                name,
                "running",
                Long.toString(running.pid()),
                Terminal.mebibytes(Processes.residentBytes(running.pid())),
                agent,
                address);
    }
}
