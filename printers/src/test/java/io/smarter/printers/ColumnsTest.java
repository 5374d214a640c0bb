package io.smarter.printers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ColumnsTest {
    private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");

    private static String row(Columns columns, String object) {
        return columns.cells((Json.Obj) Json.parse(object), NOW).items().stream()
                .map(cell -> cell instanceof Json.Str(var text) ? text : cell.compact())
                .collect(Collectors.joining(" | "));
    }

    static Stream<Arguments> pods() {
        var waiting = "{\"state\":{\"waiting\":{\"reason\":\"%s\"}}}";
        var ended = "{\"state\":{\"terminated\":{\"exitCode\":%d%s}}}";
        return Stream.of(
                argumentSet("new", "\"phase\":\"Pending\"", "", "Pending"),
                argumentSet(
                        "starting",
                        "\"phase\":\"Pending\"",
                        waiting.formatted("ContainerCreating"),
                        "ContainerCreating"),
                argumentSet(
                        "running",
                        "\"phase\":\"Running\"",
                        "{\"ready\":true,\"restartCount\":0,\"state\":{\"running\":{}}}",
                        "Running"),
                argumentSet(
                        "crashing", "\"phase\":\"Running\"", waiting.formatted("CrashLoopBackOff"), "CrashLoopBackOff"),
                argumentSet(
                        "done",
                        "\"phase\":\"Succeeded\"",
                        ended.formatted(0, ",\"reason\":\"Completed\""),
                        "Completed"),
                argumentSet("failed", "\"phase\":\"Failed\"", ended.formatted(1, ",\"reason\":\"Error\""), "Error"),
                argumentSet("failed without reason", "\"phase\":\"Failed\"", ended.formatted(3, ""), "ExitCode:3"),
                argumentSet(
                        "killed without reason",
                        "\"phase\":\"Failed\"",
                        ended.formatted(137, ",\"signal\":9"),
                        "Signal:9"),
                argumentSet("evicted", "\"phase\":\"Failed\",\"reason\":\"Evicted\"", "", "Evicted"));
    }

    @ParameterizedTest
    @MethodSource("pods")
    void statusOfAPodIsThatOfTheContainerThatExplainsMost(String status, String container, String shown) {
        var pod = "{\"status\":{%s,\"containerStatuses\":[%s]}}".formatted(status, container);
        assertThat(PodColumns.status((Json.Obj) Json.parse(pod))).isEqualTo(shown);
        var going =
                "{\"metadata\":{\"deletionTimestamp\":\"2026-01-01T00:00:00Z\"},\"status\":{\"phase\":\"Running\"}}";
        assertThat(PodColumns.status((Json.Obj) Json.parse(going))).isEqualTo("Terminating");
    }

    static Stream<Arguments> initContainers() {
        return Stream.of(
                argumentSet("first runs", "{\"state\":{\"running\":{}}}", "Init:0/2"),
                argumentSet(
                        "first is done",
                        "{\"state\":{\"terminated\":{\"exitCode\":0}}},{\"state\":{\"waiting\":{\"reason\":\"PodInitializing\"}}}",
                        "Init:1/2"),
                argumentSet("first failed", "{\"state\":{\"terminated\":{\"exitCode\":1}}}", "Init:ExitCode:1"),
                argumentSet(
                        "image is not there",
                        "{\"state\":{\"waiting\":{\"reason\":\"ErrImagePull\"}}}",
                        "Init:ErrImagePull"));
    }

    @ParameterizedTest
    @MethodSource("initContainers")
    void initContainersAreShownWhileTheyRun(String statuses, String shown) {
        var pod =
                "{\"spec\":{\"initContainers\":[{\"name\":\"a\"},{\"name\":\"b\"}]},\"status\":{\"phase\":\"Pending\",\"initContainerStatuses\":[%s]}}"
                        .formatted(statuses);
        assertThat(PodColumns.status((Json.Obj) Json.parse(pod))).isEqualTo(shown);
    }

    static Stream<Arguments> rows() {
        var meta = "\"metadata\":{\"name\":\"x\",\"creationTimestamp\":\"2026-01-01T00:00:00Z\"%s}";
        return Stream.of(
                argumentSet(
                        "pod",
                        PodColumns.COLUMNS,
                        "{" + meta.formatted("")
                                + ",\"spec\":{\"nodeName\":\"n\",\"containers\":[{},{}]},\"status\":{\"phase\":\"Running\",\"podIP\":\"10.1.1.1\",\"containerStatuses\":[{\"ready\":true,\"restartCount\":2,\"state\":{\"running\":{}},\"lastState\":{\"terminated\":{\"finishedAt\":\"2026-01-01T23:55:00Z\"}}}]}}",
                        "x | 1/2 | Running | 2 (5m ago) | 24h | 10.1.1.1 | n | <none> | <none>"),
                argumentSet(
                        "node",
                        NodeColumns.COLUMNS,
                        "{" + meta.formatted(",\"labels\":{\"node-role.kubernetes.io/edge\":\"\"}")
                                + ",\"spec\":{\"unschedulable\":true},\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"Unknown\"}],\"nodeInfo\":{\"kubeletVersion\":\"v1\"},\"addresses\":[{\"type\":\"InternalIP\",\"address\":\"10.0.0.1\"}]}}",
                        "x | NotReady,SchedulingDisabled | edge | 24h | v1 | 10.0.0.1 | <none> | <unknown> | <unknown> | <unknown>"),
                argumentSet(
                        "node that never spoke",
                        NodeColumns.COLUMNS,
                        "{" + meta.formatted("") + "}",
                        "x | Unknown | <none> | 24h |  | <none> | <none> | <unknown> | <unknown> | <unknown>"),
                argumentSet(
                        "daemon set",
                        TypeColumns.DAEMON_SETS,
                        "{" + meta.formatted("")
                                + ",\"spec\":{\"selector\":{\"matchLabels\":{\"app\":\"w\"}},\"template\":{\"spec\":{\"nodeSelector\":{\"b\":\"2\",\"a\":\"1\"},\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}},\"status\":{\"desiredNumberScheduled\":3,\"currentNumberScheduled\":2,\"numberReady\":1}}",
                        "x | 3 | 2 | 1 | 0 | 0 | a=1,b=2 | 24h | c | i | app=w"),
                argumentSet(
                        "service",
                        TypeColumns.SERVICES,
                        "{" + meta.formatted("")
                                + ",\"spec\":{\"type\":\"NodePort\",\"clusterIP\":\"None\",\"ports\":[{\"port\":80,\"nodePort\":30000,\"protocol\":\"TCP\"},{\"port\":53,\"protocol\":\"UDP\"}]}}",
                        "x | NodePort | None | <none> | 80:30000/TCP,53/UDP | 24h | <none>"),
                argumentSet(
                        "event",
                        TypeColumns.EVENTS,
                        "{" + meta.formatted("")
                                + ",\"type\":\"Normal\",\"reason\":\"R\",\"involvedObject\":{\"kind\":\"Pod\",\"name\":\"p\"},\"message\":\"m \",\"lastTimestamp\":\"2026-01-01T23:59:00Z\",\"count\":4,\"source\":{\"component\":\"c\",\"host\":\"h\"}}",
                        "60s | Normal | R | pod/p |  | c, h | m | 24h | 4 | x"),
                argumentSet(
                        "config map",
                        TypeColumns.CONFIG_MAPS,
                        "{" + meta.formatted("") + ",\"data\":{\"a\":\"\"},\"binaryData\":{\"b\":\"\"}}",
                        "x | 2 | 24h"),
                argumentSet(
                        "revision",
                        TypeColumns.CONTROLLER_REVISIONS,
                        "{"
                                + meta.formatted(
                                        ",\"ownerReferences\":[{\"apiVersion\":\"apps/v1\",\"kind\":\"DaemonSet\",\"name\":\"w\",\"controller\":true}]")
                                + ",\"revision\":3}",
                        "x | daemonset.apps/w | 3 | 24h"),
                argumentSet(
                        "lease",
                        TypeColumns.LEASES,
                        "{" + meta.formatted("") + ",\"spec\":{\"holderIdentity\":\"h\"}}",
                        "x | h | 24h"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void rowsShowWhatKubectlUsersKnow(Columns columns, String object, String row) {
        assertThat(row(columns, object)).isEqualTo(row);
    }

    @Test
    void objectsWithoutAnythingInThemHaveRowsToo() {
        for (var columns :
                List.of(PodColumns.COLUMNS, NodeColumns.COLUMNS, TypeColumns.EVENTS, TypeColumns.DAEMON_SETS))
            assertThat(columns.cells(Json.Obj.EMPTY, NOW).items()).hasSameSizeAs(columns.columns());
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S,0s", "PT119S,119s", "PT2M,2m", "PT3M5S,3m5s", "PT10M5S,10m", "PT179M,179m", "PT3H,3h", "PT7H5M,7h5m",
        "PT8H5M,8h", "PT47H,47h", "PT48H,2d", "PT73H,3d1h", "P8D,8d", "P729D,729d", "P730D,2y", "P800D,2y70d",
        "P4000D,10y", "PT-1S,0s", "PT-5S,<invalid>"
    })
    void agesHaveTwoFiguresAtMost(Duration age, String shown) {
        assertThat(Ages.text(age)).isEqualTo(shown);
    }
}
