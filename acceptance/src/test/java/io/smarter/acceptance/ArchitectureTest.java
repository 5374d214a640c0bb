package io.smarter.acceptance;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rules of docs/flow.md on what may know what. */
final class ArchitectureTest {
    /** A line of the table that lists modules; those of programs are described in words. */
    private static final Pattern ROOM = Pattern.compile("\\| `([a-z]+)` \\|.*\\| (–|[a-z ]+) \\|");

    private static final Pattern REQUIRES =
            Pattern.compile("requires (?:static |transitive )*io\\.smarter\\.([a-z]+);");

    private static JavaClasses classes = new ClassFileImporter().importPaths(List.<Path>of());

    @BeforeAll
    static void readClasses() throws Exception {
        try (var modules = Files.newDirectoryStream(Run.HOME, Files::isDirectory)) {
            var compiled = new java.util.ArrayList<Path>();
            for (var module : modules) {
                var folder = module.resolve("target/classes");
                if (Files.isDirectory(folder)) compiled.add(folder);
            }
            classes = new ClassFileImporter().importPaths(compiled);
        }
        assertThat(classes).isNotEmpty();
    }

    @Test
    void modulesHaveNoCycles() {
        slices().matching("io.smarter.(*)..").should().beFreeOfCycles().check(classes);
    }

    @Test
    void everyModuleRequiresOnlyWhatTheTableOfRoomsLists() throws Exception {
        var rows = Files.readAllLines(Run.HOME.resolve("docs/flow.md")).stream()
                .map(ROOM::matcher)
                .filter(row -> row.matches() && !row.group(2).equals("everything"))
                .collect(Collectors.toMap(
                        row -> row.group(1), row -> Set.of(row.group(2).split("\\s+"))));
        assertThat(rows).containsKeys("apiserver", "gateway", "json");
        for (var room : rows.entrySet()) {
            var module = Run.HOME.resolve(room.getKey()).resolve("src/main/java/module-info.java");
            var required = REQUIRES.matcher(Files.readString(module))
                    .results()
                    .map(found -> found.group(1))
                    .filter(name -> !name.equals("json"));
            assertThat(room.getValue()).as(room.getKey()).containsAll(required.toList());
        }
    }

    @Test
    void cloudSideAndNodeSideMeetOnlyInApiAndClient() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.smarter.apiserver..",
                        "io.smarter.storage..",
                        "io.smarter.tunnel..",
                        "io.smarter.controllers..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.smarter.gateway..", "io.smarter.linux..", "io.smarter.cri..", "io.smarter.deviceplugin..")
                .check(classes);
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.smarter.gateway..", "io.smarter.cri..", "io.smarter.linux..", "io.smarter.deviceplugin..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.smarter.apiserver..",
                        "io.smarter.storage..",
                        "io.smarter.controllers..",
                        "io.smarter.store..")
                .check(classes);
    }

    @Test
    void storeIsSeenByTheApiServersModulesAndTheCloudAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "io.smarter.store..",
                        "io.smarter.storage..",
                        "io.smarter.auth..",
                        "io.smarter.quota..",
                        "io.smarter.tunnel..",
                        "io.smarter.apiserver..",
                        "io.smarter.cloud..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.smarter.store..")
                .check(classes);
    }

    @Test
    void onlyLinuxMakesNativeCalls() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.smarter.linux..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign..")
                .check(classes);
    }

    @Test
    void gatewaySideStaysFreeOfNettyAndOfTheJdkHttpClient() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.smarter.gateway..",
                        "io.smarter.cri..",
                        "io.smarter.deviceplugin..",
                        "io.smarter.client..",
                        "io.smarter.linux..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "java.net.http..", "com.sun.net.httpserver..")
                .check(classes);
    }

    @Test
    void namesSayWhatThingsAre() {
        var vague = classes.stream()
                .filter(type -> !type.getPackageName().startsWith("runtime"))
                .map(type -> type.getSimpleName())
                .filter(name -> List.of("Impl", "Util", "Utils", "Helper", "Manager").stream()
                        .anyMatch(name::endsWith))
                .toList();
        assertThat(vague).isEmpty();
    }
}
