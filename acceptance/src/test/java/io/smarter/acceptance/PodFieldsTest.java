package io.smarter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What pods say of themselves, seen from inside their containers: a real gateway, containerd and kubectl. */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PodFieldsTest {
    private Path folder = Path.of("");
    private Edge edge;

    @BeforeAll
    void up(@TempDir Path temporary) throws Exception {
        folder = temporary;
        edge = new Edge(temporary, 16453);
    }

    @AfterAll
    void down() throws Exception {
        if (edge != null) edge.close();
    }

    private static final String LOOP = "trap exit TERM; while true; do sleep 1 & wait $!; done";

    /** A pod of one container that waits; {@code %s} in the specs are its own and its container's. */
    private void pod(String name, String spec, String container) throws Exception {
        edge.apply("""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s"},"spec":{"nodeName":"gateway-1",
                 "terminationGracePeriodSeconds":5,"tolerations":[{"operator":"Exists"}],"containers":[
                 {"name":"app","image":"busybox:1.36","command":["sh","-c","%s"]%s}]%s}}""".formatted(name, LOOP, comma(container), comma(spec)));
    }

    private static String comma(String members) {
        return members.isEmpty() ? "" : "," + members.replace('\'', '"');
    }

    private void ready(String name, String spec, String container) throws Exception {
        pod(name, spec, container);
        edge.awaitReady(name);
    }

    private String sh(String pod, String script) throws Exception {
        return edge.kubectl("exec", pod, "-c", "app", "--", "sh", "-c", script);
    }

    // ---- containers

    @Test
    void sidecarsStartInOrderAndEndAfterTheOthers() throws Exception {
        var log = folder.resolve("order");
        var mount = "'volumeMounts':[{'name':'s','mountPath':'/s'}]";
        var step = "{'name':'%s','image':'busybox:1.36','command':['sh','-c','%s'],%s%s}";
        var serve = "echo side >>/s/log; sleep 1; touch /tmp/up; trap \\\"echo side-ends >>/s/log; exit\\\" TERM; "
                + "while true; do sleep 1 & wait $!; done";
        var probe =
                ",'restartPolicy':'Always','startupProbe':{'periodSeconds':1,'exec':{'command':['test','-e','/tmp/up']}}";
        var inits = "'initContainers':[%s,%s,%s]"
                .formatted(
                        step.formatted("first", "echo first >>/s/log", mount, ""),
                        step.formatted("side", serve, mount, probe),
                        step.formatted("last", "echo last >>/s/log", mount, ""));
        var volumes = "'volumes':[{'name':'s','hostPath':{'path':'%s','type':'DirectoryOrCreate'}}]".formatted(log);
        var main = "'lifecycle':{'preStop':{'exec':{'command':['sh','-c','echo app-ends >>/s/log']}},"
                + "'postStart':{'exec':{'command':['sh','-c','echo app >>/s/log']}}}," + mount;
        ready("order", inits + "," + volumes, main);
        edge.kubectl("delete", "pod", "order", "--timeout=60s");
        assertThat(Files.readAllLines(log.resolve("log")))
                .containsExactly("first", "side", "last", "app", "app-ends", "side-ends");
    }

    @Test
    void aLastWordIsTakenFromTheLog() throws Exception {
        edge.apply("""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"words"},"spec":{"nodeName":"gateway-1",
                 "restartPolicy":"Never","tolerations":[{"operator":"Exists"}],"containers":[{"name":"app",
                 "image":"busybox:1.36","terminationMessagePolicy":"FallbackToLogsOnError",
                 "command":["sh","-c","echo last words; exit 7"]}]}}""");
        edge.kubectl("wait", "--for=jsonpath={.status.phase}=Failed", "pod/words", "--timeout=60s");
        var end = "{.status.containerStatuses[0].state.terminated.";
        assertThat(edge.jsonpath("words", end + "exitCode} " + end + "message}"))
                .isEqualTo("7 last words\n");
    }

    @Test
    void aContainerIsStartedAgainAsItsOwnRulesSay() throws Exception {
        edge.apply("""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"ruled"},"spec":{"nodeName":"gateway-1",
                 "restartPolicy":"Never","tolerations":[{"operator":"Exists"}],"containers":[
                 {"name":"app","image":"busybox:1.36","command":["sh","-c","test -e /e/up && exit 7; touch /e/up; exit 42"],
                  "restartPolicy":"Never","volumeMounts":[{"name":"e","mountPath":"/e"}],"restartPolicyRules":[
                  {"action":"Restart","exitCodes":{"operator":"In","values":[42]}}]}],
                 "volumes":[{"name":"e","emptyDir":{}}]}}""");
        edge.kubectl("wait", "--for=jsonpath={.status.phase}=Failed", "pod/ruled", "--timeout=60s");
        var status = "{.status.containerStatuses[0].";
        assertThat(edge.jsonpath("ruled", status + "restartCount} " + status + "state.terminated.exitCode}"))
                .isEqualTo("1 7");
    }

    @Test
    void aContainerEndsByTheSignalThatItAsksFor() throws Exception {
        edge.apply("""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"signals"},"spec":{"nodeName":"gateway-1",
                 "os":{"name":"linux"},"terminationGracePeriodSeconds":20,"tolerations":[{"operator":"Exists"}],
                 "containers":[{"name":"app","image":"busybox:1.36","lifecycle":{"stopSignal":"SIGUSR1"},
                  "command":["sh","-c","trap 'echo by USR1 >>/s/log; exit' USR1; trap 'echo by TERM >>/s/log' TERM; touch /s/up; while true; do sleep 1 & wait $!; done"],
                  "volumeMounts":[{"name":"s","mountPath":"/s"}],
                  "readinessProbe":{"periodSeconds":1,"exec":{"command":["test","-e","/s/up"]}}}],
                 "volumes":[{"name":"s","hostPath":{"path":"%s","type":"DirectoryOrCreate"}}]}}""".formatted(folder.resolve("signals")));
        edge.awaitReady("signals");
        long begun = System.nanoTime();
        edge.kubectl("delete", "pod", "signals", "--timeout=60s");
        assertThat((System.nanoTime() - begun) / 1_000_000).as("milliseconds").isLessThan(15_000L);
        assertThat(folder.resolve("signals/log")).hasContent("by USR1");
    }

    @Test
    void aHookMaySleepBeforeTheEnd() throws Exception {
        ready("sleeper", "", "'lifecycle':{'preStop':{'sleep':{'seconds':2}}}");
        long begun = System.nanoTime();
        edge.kubectl("delete", "pod", "sleeper", "--timeout=60s");
        assertThat((System.nanoTime() - begun) / 1_000_000).as("milliseconds").isBetween(2000L, 30_000L);
    }

    // ---- namespaces and names

    @Test
    void containersOfAPodMayShareTheirProcesses() throws Exception {
        ready("shared", "'shareProcessNamespace':true", "");
        assertThat(sh("shared", "cat /proc/1/cmdline")).contains("/pause");
        ready("host", "'hostPID':true,'hostIPC':true,'hostNetwork':true", "");
        for (var namespace : new String[] {"pid", "ipc", "net"}) {
            var link = "/proc/self/ns/" + namespace;
            assertThat(sh("host", "readlink " + link).strip())
                    .isEqualTo(Files.readSymbolicLink(Path.of(link)).toString());
        }
    }

    @Test
    void namesAreAsThePodSays() throws Exception {
        ready("names", """
                'hostname':'short','subdomain':'sub','setHostnameAsFQDN':true,'dnsPolicy':'None',
                'hostAliases':[{'ip':'192.0.2.9','hostnames':['foo','bar']}],
                'dnsConfig':{'nameservers':['192.0.2.53'],'searches':['a.b'],'options':[{'name':'ndots','value':'2'}]}""", "");
        assertThat(sh("names", "hostname")).isEqualTo("short.sub.default.svc.cluster.local\n");
        assertThat(sh("names", "cat /etc/hosts"))
                .contains("\tshort.sub.default.svc.cluster.local\tshort\n", "192.0.2.9\tfoo\tbar\n");
        assertThat(sh("names", "cat /etc/resolv.conf"))
                .isEqualTo("search a.b\nnameserver 192.0.2.53\noptions ndots:2\n");
        pod("long", "'hostname':'%s','subdomain':'sub','setHostnameAsFQDN':true".formatted("a".repeat(60)), "");
        awaitEvent("long", "is too long (64 characters is the max, 90 characters requested)");
    }

    @Test
    void aPodMaySayItsWholeName() throws Exception {
        ready(
                "whole",
                "'hostname':'short','subdomain':'sub','hostnameOverride':'%s.example.org'".formatted("e".repeat(52)),
                "");
        var name = "e".repeat(52) + ".example.org";
        assertThat(sh("whole", "hostname")).isEqualTo(name + "\n");
        assertThat(sh("whole", "cat /etc/hosts")).contains("\t" + name + "\n").doesNotContain("short");
    }

    // ---- variables

    @Test
    void variablesComeFromAFileThatAnInitContainerWrote() throws Exception {
        var write = "'initContainers':[{'name':'first','image':'busybox:1.36','command':['sh','-c','%s'],"
                + "'volumeMounts':[{'name':'e','mountPath':'/e'}]}],'volumes':[{'name':'e','emptyDir':{%s}}]";
        var key = "{'name':'%s','valueFrom':{'fileKeyRef':{'volumeName':'e','path':'%s','key':'%s','optional':%s}}}";
        var line = "printf \\\"A=\\\\047two\\\\nlines\\\\047 # here\\\\n\\\" >/e/vars";
        ready(
                "vars",
                write.formatted(line, "'medium':'Memory'"),
                "'env':[%s,%s]"
                        .formatted(key.formatted("X", "vars", "A", false), key.formatted("Y", "vars", "B", true)));
        assertThat(sh("vars", "echo \"$X\"; echo ${Y-none}")).isEqualTo("two\nlines\nnone\n");
        var lacks = "'env':[%s]".formatted(key.formatted("X", "vars", "A", false));
        pod("shell", write.formatted("echo A=two >/e/vars", ""), lacks);
        awaitEvent("shell", "Error: 'vars', line 1: must be blank, a comment or NAME='value', in single quotes");
        pod("thief", write.formatted("ln -s /etc/passwd /e/vars", ""), lacks);
        awaitEvent("thief", "path: must be of a regular file, 'vars' is none");
        pod("none", write.formatted("true", ""), lacks);
        awaitEvent("none", "environment variable key \"A\" not found in file \"vars\" of volume \"e\"");
        assertThat(edge.jsonpath("none", "{.status.containerStatuses[0].state.waiting.reason}"))
                .isEqualTo("CreateContainerConfigError");
    }

    // ---- security

    @Test
    void containersMayWhatTheirContextSays() throws Exception {
        ready("secure", """
                'securityContext':{'runAsUser':1000,'runAsGroup':1001,'fsGroup':2000,'supplementalGroups':[3000],
                 'runAsNonRoot':true},'volumes':[{'name':'e','emptyDir':{}}]""", """
                'volumeMounts':[{'name':'e','mountPath':'/e'}],'securityContext':{'readOnlyRootFilesystem':true,
                 'allowPrivilegeEscalation':false,'capabilities':{'drop':['ALL']},'seccompProfile':{'type':'RuntimeDefault'}}""");
        assertThat(sh("secure", "id")).isEqualTo("uid=1000 gid=1001 groups=1001,2000,3000\n");
        assertThat(sh("secure", "touch /x 2>&1 || touch /e/f && stat -c %u:%g /e/f"))
                .endsWith("1000:2000\n");
        assertThat(sh("secure", "cat /proc/self/status"))
                .contains("Seccomp:\t2\n", "NoNewPrivs:\t1\n", "CapEff:\t0000000000000000\n");
        ready("plain", "", "");
        assertThat(sh("plain", "cat /proc/self/status")).contains("Seccomp:\t0\n", "NoNewPrivs:\t0\n");
    }

    @Test
    void sysctlsAreSetIfTheyAreTheirPodsAlone() throws Exception {
        var sysctls = "'securityContext':{'sysctls':[{'name':'%s','value':'123'}]}";
        ready("safe", sysctls.formatted("net.ipv4.ip_unprivileged_port_start"), "");
        assertThat(sh("safe", "cat /proc/sys/net/ipv4/ip_unprivileged_port_start"))
                .isEqualTo("123\n");
        refused(
                "unsafe",
                sysctls.formatted("net.core.somaxconn"),
                "SysctlForbidden",
                "\"net.core.somaxconn\" not allowlisted");
    }

    @Test
    void whatTheNodeCannotEnforceIsRefused() throws Exception {
        assumeThat(Path.of("/sys/module/apparmor/parameters/enabled")).doesNotExist();
        refused(
                "profile",
                "'securityContext':{'appArmorProfile':{'type':'RuntimeDefault'}}",
                "AppArmor",
                "not enabled");
        pod("mapped", "'hostUsers':false", "");
        awaitEvent("mapped", "user namespaces are not supported by this node");
    }

    @Test
    void aRuntimeClassChoosesTheHandler() throws Exception {
        for (var handler : new String[] {"runc", "kata"})
            edge.apply("{'apiVersion':'node.k8s.io/v1','kind':'RuntimeClass','metadata':{'name':'%s'},'handler':'%1$s'}"
                    .replace('\'', '"')
                    .formatted(handler));
        ready("known", "'runtimeClassName':'runc'", "");
        pod("unknown", "'runtimeClassName':'kata'", "");
        awaitEvent("unknown", "no runtime for \"kata\" is configured");
    }

    // ---- volumes

    @Test
    void volumesInMemoryAreBounded() throws Exception {
        ready("bounded", """
                'volumes':[{'name':'m','emptyDir':{'medium':'Memory'}},
                 {'name':'s','emptyDir':{'medium':'Memory','sizeLimit':'1Mi'}}]""", """
                'resources':{'limits':{'memory':'24Mi'}},
                'volumeMounts':[{'name':'m','mountPath':'/m'},{'name':'s','mountPath':'/s'}]""");
        assertThat(sh("bounded", "df -k /m /s")).contains(" 24576 ", " 1024 ");
    }

    @Test
    void sourcesOfAllKindsAreInOneVolume() throws Exception {
        edge.apply(
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"c\"},\"immutable\":true,\"data\":{\"a\":\"1\"}}");
        edge.apply(
                "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"s\"},\"stringData\":{\"k\":\"2\"}}");
        ready("joined", """
                'volumes':[{'name':'e','emptyDir':{}},{'name':'p','projected':{'sources':[{'configMap':{'name':'c'}},
                 {'secret':{'name':'s'}},{'serviceAccountToken':{'path':'token'}},{'downwardAPI':{'items':[
                 {'path':'mem','resourceFieldRef':{'containerName':'app','resource':'limits.memory','divisor':'1Mi'}}]}}]}}]""", """
                'resources':{'limits':{'memory':'20Mi'}},'env':[{'name':'N','valueFrom':{'fieldRef':{'fieldPath':'metadata.name'}}}],
                'volumeMounts':[{'name':'p','mountPath':'/p'},{'name':'e','mountPath':'/e','subPathExpr':'x/$(N)'}]""");
        assertThat(sh("joined", "cat /p/a /p/k /p/mem; test -s /p/token && ls -d /e"))
                .isEqualTo("1220/e\n");
    }

    @Test
    void aClaimGivesStorageOfTheNode() throws Exception {
        var storage = Files.createDirectory(folder.resolve("storage"));
        Files.writeString(storage.resolve("kept"), "kept\n");
        edge.apply("""
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: data}
                spec: {accessModes: [ReadWriteOnce], storageClassName: '', resources: {requests: {storage: 1Gi}}}
                """);
        pod(
                "claims",
                "'securityContext':{'fsGroup':2000},'volumes':[{'name':'d','persistentVolumeClaim':{'claimName':'data'}}]",
                "'securityContext':{'runAsUser':1000},'volumeMounts':[{'name':'d','mountPath':'/d'}]");
        awaitEvent("claims", "error processing PVC default/data: PVC is not bound");
        edge.apply("""
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: disk}
                spec:
                  capacity: {storage: 1Gi}
                  accessModes: [ReadWriteOnce]
                  local: {path: %s}
                  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [
                    {key: kubernetes.io/hostname, operator: In, values: [gateway-1]}]}]}}
                """.formatted(storage));
        edge.awaitReady("claims");
        assertThat(sh("claims", "cat /d/kept; touch /d/new; stat -c %u:%g /d/new"))
                .isEqualTo("kept\n1000:2000\n");
        edge.kubectl("delete", "pod", "claims", "--timeout=60s");
        assertThat(storage.resolve("new")).exists();
    }

    // ---- what is told

    private void refused(String name, String spec, String reason, String message) throws Exception {
        pod(name, spec, "");
        edge.kubectl("wait", "--for=jsonpath={.status.phase}=Failed", "pod/" + name, "--timeout=60s");
        assertThat(edge.jsonpath(name, "{.status.reason}")).isEqualTo(reason);
        assertThat(edge.jsonpath(name, "{.status.message}")).contains(message);
        assertThat(edge.kubectl("get", "pod", name)).contains(" " + reason + " ");
    }

    private void awaitEvent(String pod, String message) throws Exception {
        var field = "--field-selector=involvedObject.name=" + pod;
        Run.until(
                pod + ": " + message,
                Edge.PATIENCE,
                () -> edge.kubectl("get", "events", field).contains(message));
    }
}
