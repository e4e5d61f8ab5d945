using ExpertCluster.Contracts.Routing;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests;

public sealed class RemoteReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RemoteReaderTests() => Directory.CreateDirectory(_folder["base"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_RemoteExpert_ReadsEveryKey()
    {
        var expert = Load("""
              - name: cloud
                description: Everything
                keywords: [all]
                labels: [residency=eu]
                cost: 4.5
                remote:
                  url: https://llm.example:8443/v1/
                  model: theirs
                  key_variable: CLOUD_KEY
                  first_seconds: 20
                  idle_seconds: 10
                  attempts: 2
                  max_concurrent: 8
                  budget_tokens: 5000000000
                  budget_hours: 720
            """);

        Assert.Equal(("cloud", "cloud", null, 4.5), (expert.Name, expert.Base, expert.Adapter, expert.Cost));
        Assert.False(expert.IsGeneralist);
        Assert.Equal(["residency=eu"], expert.Labels);
        Assert.Equal(
            new RemoteModel
            {
                Url = "https://llm.example:8443/v1",
                Model = "theirs",
                KeyVariable = "CLOUD_KEY",
                FirstSeconds = 20,
                IdleSeconds = 10,
                Attempts = 2,
                MaxConcurrent = 8,
                BudgetTokens = 5_000_000_000,
                BudgetHours = 720,
            },
            expert.Remote);
    }

    [Theory]
    [InlineData("remote: none", "expert cloud: remote must be a mapping of url, model")]
    [InlineData("remote: {model: m}", "expert cloud: remote: url is missing")]
    [InlineData("remote: {url: https://a/v1}", "expert cloud: remote: model is missing")]
    [InlineData("remote: {url: ftp://a/v1, model: m}", "remote: url must be http://HOST or https://HOST")]
    [InlineData("remote: {url: 'https://me:secret@a/v1', model: m}", "without a user")]
    [InlineData("remote: {url: 'https://a/v1?key=secret', model: m}", "without a user, a query")]
    [InlineData("remote: {url: /v1, model: m}", "remote: url must be http://HOST")]
    [InlineData("remote: {url: https://a, model: m, key: sk-1}", "unknown key 'key'")]
    [InlineData("remote: {url: https://a, model: m, key_variable: sk-secret}", "must be the name of an environment variable")]
    [InlineData("remote: {url: https://a, model: m, key_variable: A, key_file: /b}", "key_file stands beside key_variable")]
    [InlineData("remote: {url: https://a, model: m, key_file: keys/b}", "key_file must be an absolute path")]
    [InlineData("remote: {url: https://a, model: m, first_seconds: 0}", "first_seconds is '0'; it must be a whole number from 1 to 3600")]
    [InlineData("remote: {url: https://a, model: m, attempts: 11}", "attempts is '11'; it must be a whole number from 1 to 10")]
    [InlineData("remote: {url: https://a, model: m, budget_tokens: 0}", "budget_tokens is '0'")]
    [InlineData("remote: {url: https://a, model: m, budget_hours: 745}", "budget_hours is '745'; it must be a whole number from 1 to 744")]
    [InlineData("{remote: {url: https://a, model: m}, base: small}", "unknown key 'base'")]
    [InlineData("{remote: {url: https://a, model: m}, replicas: 2}", "unknown key 'replicas'")]
    public void Load_WhatCannotBe_IsRefusedByPlace_AndNoSecretIsRepeated(string entry, string words)
    {
        string text = entry.StartsWith('{') ? $"  - {{name: cloud, {entry[1..]}" : $"  - name: cloud\n    {entry}";
        var error = Assert.Throws<CatalogueException>(() => Load(text));

        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Contains("experts.yaml:", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    private ExpertEntry Load(string experts)
    {
        string file = _folder["experts.yaml"];
        File.WriteAllText(file, $"bases:\n  - name: small\n    path: base\nexperts:\n{experts}\n");
        return CatalogueFile.Load(file).Experts.Single();
    }
}
