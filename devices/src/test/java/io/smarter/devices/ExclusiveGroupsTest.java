package io.smarter.devices;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.cri.podresources.ContainerDevices;
import io.smarter.cri.podresources.ContainerResources;
import io.smarter.cri.podresources.ListPodResourcesResponse;
import io.smarter.cri.podresources.PodResources;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ExclusiveGroupsTest {
    private static final Catalog CATALOG = Catalog.of(
            Rules.parse("""
                    - {match: {path: ^video}, exclusive: desk}
                    - {match: {path: ^mic}, exclusive: desk}
                    - {match: {path: ^other}}
                    """.getBytes(UTF_8)),
            List.of(Finds.plain("video0"), Finds.plain("mic0"), Finds.plain("other0")));

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final ExclusiveGroups groups = new ExclusiveGroups(() -> now);

    private static Offer offer(String path) {
        return CATALOG.offers().stream()
                .filter(one -> one.name().endsWith(path))
                .findFirst()
                .orElseThrow();
    }

    private String trouble(String path) {
        return groups.trouble(offer(path), offer(path).units().getFirst());
    }

    private boolean claim(String path) {
        return groups.claim(offer(path), offer(path).ids());
    }

    private static ListPodResourcesResponse holding(String... paths) {
        var container = ContainerResources.newBuilder().setName("app");
        for (var path : paths)
            container.addDevices(ContainerDevices.newBuilder()
                    .setResourceName(offer(path).name())
                    .addAllDeviceIds(offer(path).ids()));
        return ListPodResourcesResponse.newBuilder()
                .addPodResources(PodResources.newBuilder()
                        .setName("pod")
                        .setNamespace("farm")
                        .addContainers(container))
                .build();
    }

    @Test
    void theOthersOfAGroupAreKeptBackWhileOneIsHeld() {
        assertThat(groups.next()).isNull();
        assertThat(claim("video0")).isTrue();
        now = now.plusSeconds(2);
        assertThat(trouble("video0")).isEmpty();
        assertThat(trouble("mic0")).isEqualTo("another device of group desk is held");
        assertThat(trouble("other0")).isEmpty();
        assertThat(claim("mic0")).as("another container").isFalse();
        assertThat(claim("video0")).as("the same, after a reboot").isTrue();
    }

    @Test
    void oneContainerMayHaveAllOfAGroup() {
        assertThat(claim("video0")).isTrue();
        assertThat(claim("mic0")).isTrue();
        now = now.plusSeconds(2);
        assertThat(trouble("video0")).isEmpty();
        assertThat(trouble("mic0")).isEmpty();
    }

    @Test
    void aGroupIsFreeWhenTheKubeletTellsOfNoHolder() {
        assertThat(claim("video0")).isTrue();
        now = now.plusSeconds(5);
        assertThat(groups.isDue(CATALOG.offers())).isTrue();
        groups.told(CATALOG.offers(), holding());
        assertThat(trouble("mic0")).as("the kubelet may not know yet").isNotEmpty();
        now = now.plusSeconds(5);
        groups.told(CATALOG.offers(), holding("video0"));
        now = now.plusSeconds(60);
        groups.told(CATALOG.offers(), holding());
        assertThat(trouble("mic0")).isEmpty();
        assertThat(groups.next()).isNull();
    }

    @Test
    void whatWasHeldBeforeAStartIsFound() {
        assertThat(groups.isDue(CATALOG.offers())).isTrue();
        groups.told(CATALOG.offers(), holding("mic0"));
        assertThat(trouble("video0")).isNotEmpty();
        assertThat(trouble("mic0")).isEmpty();
        assertThat(groups.isDue(CATALOG.offers())).isFalse();
        assertThat(groups.next()).isEqualTo(now.plusSeconds(5));
    }

    @Test
    void withoutGroupsNobodyIsAsked() {
        assertThat(groups.isDue(List.of(offer("other0")))).isFalse();
    }
}
