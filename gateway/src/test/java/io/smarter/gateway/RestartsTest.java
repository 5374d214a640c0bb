package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.Container;
import io.smarter.api.Pod;
import io.smarter.json.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestartsTest {
    private static final String IN = "{'action':'Restart','exitCodes':{'operator':'In','values':[3,42]}}";
    private static final String NOT_IN = "{'action':'Restart','exitCodes':{'operator':'NotIn','values':[0,1]}}";
    private static final String ALL = "{'action':'RestartAllContainers','exitCodes':{'operator':'In','values':[42]}}";

    @ParameterizedTest
    @CsvSource({
        "Always,     ,          ,        0, true",
        "OnFailure,  ,          ,        0, false",
        "OnFailure,  ,          ,        1, true",
        "Never,      ,          ,        1, false",
        "Never,      Always,    ,        0, true",
        "Never,      OnFailure, ,        0, false",
        "Never,      OnFailure, ,        1, true",
        "Always,     Never,     ,        1, false",
        "Always,     Never,     in,     42, true",
        "Always,     Never,     in,      1, false",
        "Never,      OnFailure, in,      1, true",
        "Always,     Never,     not in,  2, true",
        "Always,     Never,     not in,  1, false",
        "Always,     Never,     all,    42, false",
        "Never,      ,          in,     42, false",
    })
    void aContainersOwnWordCountsMore(String ofPod, String own, String rule, int code, boolean again) {
        var rules = rule == null
                ? "[]"
                : "[%s]"
                        .formatted(rule.equals("in") ? IN : rule.equals("all") ? ALL : NOT_IN)
                        .replace('\'', '"');
        var container = Json.obj("restartPolicy", own, "restartPolicyRules", Json.parse(rules));
        var pod = new Pod(Json.obj("spec", Json.obj("restartPolicy", ofPod)));
        assertThat(Restarts.follow(pod, new Container(container), code)).isEqualTo(again);
    }
}
