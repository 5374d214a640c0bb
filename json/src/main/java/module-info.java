/** JSON and YAML: a sealed tree, a parser, a writer. */
module io.smarter.json {
    requires static transitive org.jspecify;
    requires org.snakeyaml.engine;

    exports io.smarter.json;
}
