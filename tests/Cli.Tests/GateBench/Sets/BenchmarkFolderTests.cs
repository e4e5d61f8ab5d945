using ExpertCluster.Cli.GateBench.Sets;
using ExpertCluster.Cli.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Cli.Tests.GateBench.Sets;

public sealed class BenchmarkFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public BenchmarkFolderTests() => SmallBenchmark.Write(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_Folder_HasFieldsLessonsAndSets()
    {
        var benchmark = BenchmarkFolder.Load(_folder.Path);

        Assert.Equal(["law", "music"], benchmark.Fields.Select(f => f.Name));
        Assert.Equal([("glosses", SetKind.Field), ("typos", SetKind.Unchanged), ("greetings", SetKind.Nobody)], benchmark.Sets.Select(s => (s.Name, s.Kind)));
        Assert.Equal(4, benchmark.Lessons.Count);
        var few = benchmark.Lessons[0].Lesson.Fields[0];
        var many = benchmark.Lessons[1].Lesson.Fields[0];
        Assert.Equal((20, 50), (few.Examples.Count, many.Examples.Count));
        Assert.Equal(few.Examples, many.Examples.Take(20));
        Assert.Equal(("", 0), (few.Description, few.Keywords.Count));
        Assert.Equal(["Courts."], benchmark.Lessons[2].Lesson.Fields[0].Texts);
        Assert.Equal(["court", "judge"], benchmark.Lessons[3].Lesson.Fields[0].Texts);
    }

    [Fact]
    public void Limited_Sets_KeepTheSameLines()
    {
        var limited = BenchmarkFolder.Load(_folder.Path).Limited(3);

        Assert.Equal(["a court 0", "a court 2", "a song 1"], limited.Sets[0].Texts.Select(t => t.Text));
        Assert.Equal(["A court 0", "A court 2", "A song 1"], limited.Sets[1].Texts.Select(t => t.Text));
        Assert.Single(limited.Sets[2].Texts);
    }

    [Theory]
    [InlineData("about.json", "{}", "about.json: ")]
    [InlineData("about.json", """{"fields":[],"sets":[]}""", "at least two fields are needed, and a first set of the kind \"field\"")]
    [InlineData("glosses.jsonl", "", "glosses.jsonl has no lines")]
    [InlineData("glosses.jsonl", """{"text":"t","field":"cooking"}""", "glosses.jsonl:1: field is \"cooking\"; about.json names no such field")]
    [InlineData("glosses.jsonl", """{"text":"t","field":null}""", "glosses.jsonl:1: field is null; about.json names no such field")]
    [InlineData("greetings.jsonl", """{"text":"t","field":"law"}""", "greetings.jsonl:1: field is \"law\"; this set is of no field")]
    [InlineData("typos.jsonl", """{"text":"t","field":"law"}""", "the set \"typos\" is of \"glosses\"; that must stand before it, with as many lines")]
    [InlineData("teach.jsonl", "no json", "teach.jsonl:1: ")]
    public void Load_WhatIsNoBenchmark_IsRefused(string file, string content, string message)
    {
        File.WriteAllText(_folder[file], content);

        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => BenchmarkFolder.Load(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_KindThatIsNone_IsRefused()
    {
        File.WriteAllText(_folder["about.json"], File.ReadAllText(_folder["about.json"]).Replace("unchanged", "changed", StringComparison.Ordinal));

        Assert.Contains("about.json: ", Assert.Throws<InvalidDataException>(() => BenchmarkFolder.Load(_folder.Path)).Message, StringComparison.Ordinal);
    }
}
