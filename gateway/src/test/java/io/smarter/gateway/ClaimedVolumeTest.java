package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ClaimedVolumeTest {
    private static final String CLAIM = "PersistentVolumeClaim/farm/c";
    private static final String VOLUME = "PersistentVolume//v";

    @TempDir
    private static Path disk;

    private final Map<String, Json.Obj> objects = new HashMap<>(Map.of(
            CLAIM,
            object("{'metadata':{'uid':'u1'},'spec':{'volumeName':'v'},'status':{'phase':'Bound'}}"),
            VOLUME,
            volume("'local':{'path':'DISK'}")));

    private static Json.Obj object(String text) {
        return (Json.Obj) Json.parse(text.replace('\'', '"').replace("DISK", disk.toString()));
    }

    private static Json.Obj volume(String spec) {
        return object("{'spec':{'claimRef':{'uid':'u1'},%s}}".formatted(spec));
    }

    private static String affinity(String key, String value) {
        return ("'local':{'path':'DISK'},'nodeAffinity':{'required':{'nodeSelectorTerms':[{'matchExpressions':["
                        + "{'key':'%s','operator':'In','values':['%s']}]}]}}")
                .formatted(key, value);
    }

    private ClaimedVolume.Place find() throws Exception {
        Configs configs = (kind, namespace, name) -> objects.get("%s/%s/%s".formatted(kind, namespace, name));
        return new ClaimedVolume(configs, "edge1").find("farm", "c");
    }

    static Stream<Arguments> places() {
        return Stream.of(
                argumentSet("a folder", volume("'local':{'path':'DISK'}"), true),
                argumentSet("a folder of this node", volume(affinity("kubernetes.io/hostname", "edge1")), true),
                argumentSet("a folder of labelled nodes", volume(affinity("disk", "fast")), true),
                argumentSet("a path", volume("'hostPath':{'path':'DISK','type':'Directory'}"), false));
    }

    @ParameterizedTest
    @MethodSource("places")
    void findsStorageOfThisNode(Json.Obj volume, boolean owned) throws Exception {
        objects.put(VOLUME, volume);
        assertThat(find()).isEqualTo(new ClaimedVolume.Place(disk, owned));
    }

    static Stream<Arguments> mistakes() {
        var none = Json.Obj.EMPTY;
        return Stream.of(
                argumentSet("no claim", CLAIM, none, "persistentvolumeclaims \"c\" not found"),
                argumentSet("not bound", CLAIM, object("{'spec':{'volumeName':'v'}}"), "farm/c: PVC is not bound"),
                argumentSet("no volume", VOLUME, none, "persistentvolumes \"v\" not found"),
                argumentSet(
                        "another claim's",
                        VOLUME,
                        object("{'spec':{'claimRef':{'uid':'u2'}}}"),
                        "PV v is not bound to it"),
                argumentSet(
                        "another node's",
                        VOLUME,
                        volume(affinity("kubernetes.io/hostname", "edge2")),
                        "storage is not on node edge1"),
                argumentSet("no folder", VOLUME, volume("'local':{'path':'DISK/none'}"), "none\" does not exist"),
                argumentSet("a device", VOLUME, volume("'volumeMode':'Block'"), "volumeMode Block is not supported"),
                argumentSet("elsewhere", VOLUME, volume("'nfs':{}"), "PV v: is neither local nor hostPath"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void saysWhatKeepsThePodWaiting(String key, Json.Obj value, String message) {
        if (value.equals(Json.Obj.EMPTY)) objects.remove(key);
        else objects.put(key, value);
        assertThatThrownBy(this::find).isInstanceOf(ConfigException.class).hasMessageContaining(message);
    }

    @Test
    void leavesWhatIsRightAndWhatALinkLeadsToAsItIs() throws Exception {
        int group = (Integer) Files.getAttribute(disk, "unix:gid");
        var other = Files.createFile(disk.resolve("other"));
        Payload.Owner.grant(other, 0600, null);
        var folder = Files.createDirectory(disk.resolve("shared"));
        var link = Files.createSymbolicLink(folder.resolve("link"), other);
        var file = Files.createFile(folder.resolve("file"));
        Payload.Owner.grantAll(folder, group, true);
        var changed = Files.getAttribute(file, "unix:ctime");
        var later = Files.createFile(disk.resolve("later"));
        while (Files.getAttribute(later, "unix:ctime").equals(changed)) Payload.Owner.grant(later, 0600, null);
        Payload.Owner.give(link, 0660, group);
        Payload.Owner.grantAll(folder, group, true);
        assertThat((Integer) Files.getAttribute(other, "unix:mode") & 07777).isEqualTo(0600);
        assertThat(Files.getAttribute(file, "unix:ctime")).isEqualTo(changed);
        Payload.Owner.give(folder.resolve("gone"), 0660, group);
    }

    @Test
    void givesAllOfItToAGroupUnlessItsRootIsRight() throws Exception {
        int group = (Integer) Files.getAttribute(disk, "unix:gid");
        var folder = Files.createDirectory(disk.resolve("data"));
        var file = Files.createFile(folder.resolve("file"));
        Payload.Owner.grant(file, 0600, null);
        Payload.Owner.grantAll(folder, group, false);
        assertThat((Integer) Files.getAttribute(file, "unix:mode") & 07777).isEqualTo(0660);
        Payload.Owner.grant(file, 0600, null);
        Payload.Owner.grantAll(folder, group, false);
        assertThat((Integer) Files.getAttribute(file, "unix:mode") & 07777).isEqualTo(0600);
        Payload.Owner.grantAll(folder, group, true);
        assertThat((Integer) Files.getAttribute(file, "unix:mode") & 07777).isEqualTo(0660);
    }
}
