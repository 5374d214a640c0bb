package io.smarter.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PodTokenVolumeTest {
    private static Json.Obj pod(String spec) {
        return Json.obj("spec", Json.parse(spec.replace('\'', '"')));
    }

    private static Json.Obj account(String members) {
        return (Json.Obj) Json.parse(members.replace('\'', '"'));
    }

    @Test
    void thePodGetsWhatKubernetesGivesIt() {
        var pod = PodTokenVolume.added(Json.Obj.EMPTY, pod("""
                {'containers':[{'name':'a','volumeMounts':[{'name':'own','mountPath':'/own'}]},{'name':'b'}],
                 'initContainers':[{'name':'i'}],'volumes':[{'name':'own','emptyDir':{}}]}"""));
        var volume = pod.items("spec", "volumes").get(1);
        var name = volume.textOrEmpty("name");
        assertThat(name).matches("kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}");
        assertThat(volume.object("projected")).isEqualTo(Json.parse("""
                {"sources":[{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},
                  {"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt","path":"ca.crt"}]}},
                  {"downwardAPI":{"items":[{"path":"namespace",
                    "fieldRef":{"apiVersion":"v1","fieldPath":"metadata.namespace"}}]}}],
                 "defaultMode":420}"""));
        var mount = Json.obj("name", name, "readOnly", true, "mountPath", PodTokenVolume.PATH);
        var containers = pod.items("spec", "containers");
        assertThat(containers.get(0).items("volumeMounts").get(1)).isEqualTo(mount);
        assertThat(containers.get(1).items("volumeMounts")).containsExactly(mount);
        assertThat(pod.items("spec", "initContainers").getFirst().items("volumeMounts"))
                .containsExactly(mount);
    }

    static Stream<Arguments> wishes() {
        return Stream.of(
                argumentSet("nobody says", "{}", "", true),
                argumentSet("account wants", "{'automountServiceAccountToken':true}", "", true),
                argumentSet("account does not", "{'automountServiceAccountToken':false}", "", false),
                argumentSet("pod wants", "{}", "true", true),
                argumentSet("both want", "{'automountServiceAccountToken':true}", "true", true),
                argumentSet("pod before account", "{'automountServiceAccountToken':false}", "true", true),
                argumentSet("pod does not", "{}", "false", false),
                argumentSet("pod before account, too", "{'automountServiceAccountToken':true}", "false", false),
                argumentSet("neither", "{'automountServiceAccountToken':false}", "false", false));
    }

    @ParameterizedTest
    @MethodSource("wishes")
    void thePodsWordGoesBeforeItsAccounts(String account, String own, boolean expected) {
        var pod = pod("{'containers':[{'name':'a'}]}");
        if (!own.isEmpty()) pod = pod.withAt(Json.parse(own), "spec", "automountServiceAccountToken");
        var added = PodTokenVolume.added(account(account), pod);
        assertThat(!added.items("spec", "volumes").isEmpty()).isEqualTo(expected);
        assertThat(!added.items("spec", "containers")
                        .getFirst()
                        .items("volumeMounts")
                        .isEmpty())
                .isEqualTo(expected);
    }

    @Test
    void whatIsMountedThereStays() {
        var taken = pod("""
                {'containers':[{'name':'a','volumeMounts':[{'name':'own',
                  'mountPath':'/var/run/secrets/kubernetes.io/serviceaccount'}]}],
                 'volumes':[{'name':'own','emptyDir':{}}]}""");
        assertThat(PodTokenVolume.added(Json.Obj.EMPTY, taken)).isEqualTo(taken);
    }

    @Test
    void aVolumeOfThatNameIsUsedAgain() {
        var added = PodTokenVolume.added(Json.Obj.EMPTY, pod("""
                {'containers':[{'name':'a'}],'volumes':[{'name':'kube-api-access-mine','emptyDir':{}}]}"""));
        assertThat(added.items("spec", "volumes")).hasSize(1);
        assertThat(added.items("spec", "containers")
                        .getFirst()
                        .items("volumeMounts")
                        .getFirst()
                        .textOrEmpty("name"))
                .isEqualTo("kube-api-access-mine");
    }
}
