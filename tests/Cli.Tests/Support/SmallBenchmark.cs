namespace ExpertCluster.Cli.Tests.Support;

/// <summary>A benchmark of two fields as models/gate-bench/make.py writes them.</summary>
internal static class SmallBenchmark
{
    public static void Write(string folder)
    {
        void Lines(string name, IEnumerable<string> lines) => File.WriteAllLines(Path.Combine(folder, name), lines);
        string Row(string text, string field) => $$"""{"text": "{{text}}", "field": "{{field}}"}""";
        File.WriteAllText(Path.Combine(folder, "about.json"),
            """
            {
              "fields": [
                {"name": "law", "glosses": 60, "description": "Courts.", "keywords": ["court", "judge"]},
                {"name": "music", "glosses": 60, "description": "Songs.", "keywords": ["song", "singer"]}
              ],
              "sets": [
                {"name": "glosses", "kind": "field", "of": null, "file": "glosses.jsonl"},
                {"name": "typos", "kind": "unchanged", "of": "glosses", "file": "typos.jsonl"},
                {"name": "greetings", "kind": "nobody", "of": null, "file": "greetings.jsonl"}
              ],
              "removed": 0
            }
            """);
        Lines("teach.jsonl", Enumerable.Range(0, 50).SelectMany(i => (string[])[Row($"the judge of court {i}", "law"), Row($"the singer of song {i}", "music")]));
        Lines("glosses.jsonl", [.. Enumerable.Range(0, 3).Select(i => Row($"a court {i}", "law")), .. Enumerable.Range(0, 3).Select(i => Row($"a song {i}", "music"))]);
        Lines("typos.jsonl", [.. Enumerable.Range(0, 3).Select(i => Row($"A court {i}", "law")), .. Enumerable.Range(0, 3).Select(i => Row($"A song {i}", "music"))]);
        Lines("greetings.jsonl", ["""{"text": "hi", "field": null}"""]);
    }
}
