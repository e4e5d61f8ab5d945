using System.Text;
using ExpertCluster.Catalogue;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Fuzz.Grammars;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>experts.yaml.</summary>
internal sealed class CatalogueTarget : FileTarget
{
    public CatalogueTarget(string folder)
        : base(folder, "experts.yaml")
    {
        Directory.CreateDirectory(Path.Combine(folder, "base"));
        Directory.CreateDirectory(Path.Combine(folder, "adapter"));
        System.IO.File.WriteAllText(Path.Combine(folder, "examples.txt"), "");
    }

    public override string Name => "catalogue";

    public override int Executions => 8000;

    public override bool MayNamePaths => true;

    public override long MostAllocated(int length) => (2L << 20) + (8000L * length);

    public override IReadOnlyList<string> Words =>
    [
        "bases:\n", "experts:\n", "  - name: ", "    path: .\n", "    base: demo\n", "    adapter: adapter\n", "    examples: examples.txt\n", "    replicas: ", "    canary: {adapter: adapter, percent: 5}\n", "    labels: [a=b]\n",
        "&a ", "*a", "<<: ", "!!str ", "? ", "- ", ": ", "|\n", ">\n", "---\n", "...\n", "%YAML 1.2\n", "\t", "\"", "'", "[", "]", "{", "}", ",", "#", "\n", "\n  ", "hf://a/b", "s3://a/b@c", "https://a/b?x=1", "\\x00", "\\u2028",
    ];

    public override IEnumerable<byte[]> Seeds() =>
    [
        Encoding.UTF8.GetBytes("""
            bases:
              - name: demo
                path: base
                replicas: 1
            experts:
              - name: law
                base: demo
                adapter: adapter
                description: Courts
                examples: examples.txt
                keywords: [a, b]
                hosts: [h1]
                labels: [gpu=yes]
                pinned: true
                max_replicas: 3
                canary: {adapter: "hf://a/b", percent: 10}
                shadow:
                  adapter: adapter
            """),
    ];

    public override byte[] Generate(Random random) => new YamlGrammar(random).Make();

    public override Outcome Run(byte[] input)
    {
        Write(input);
        try
        {
            CatalogueFile.Load(File);
            return Outcome.Taken;
        }
        catch (CatalogueException refused)
        {
            return Outcome.Refused(refused.Message);
        }
    }
}
