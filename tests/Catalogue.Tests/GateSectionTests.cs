using ExpertCluster.Learning;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests;

public sealed class GateSectionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public GateSectionTests()
    {
        Directory.CreateDirectory(_folder["base"]);
        Directory.CreateDirectory(_folder["law"]);
        Directory.CreateDirectory(_folder["minilm"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_WithoutSection_TakesNgrams() => Assert.Equal(new GateEntry(GateKind.Ngrams, null), Load("").Gate);

    [Theory]
    [InlineData("gate: {kind: ngrams}", GateKind.Ngrams)]
    [InlineData("gate: {kind: embeddings, encoder: minilm}", GateKind.Embeddings)]
    [InlineData("gate: {kind: stacked, encoder: minilm}", GateKind.Stacked)]
    public void Load_Section_SaysTheKind(string section, GateKind kind)
    {
        var gate = Load(section).Gate;
        Assert.Equal((kind, kind == GateKind.Ngrams ? null : _folder["minilm"]), (gate.Kind, gate.Encoder));
    }

    /// <summary>For a candidate that the admin API may want.</summary>
    [Fact]
    public void Load_EncoderBesideNgrams_IsKept() => Assert.Equal(new GateEntry(GateKind.Ngrams, _folder["minilm"]), Load("gate: {kind: ngrams, encoder: minilm}").Gate);

    [Fact]
    public void Load_Classifier_IsReadInPlaceOfAnEncoder()
    {
        var gate = Load("gate: {kind: classifier, classifier: minilm, encoder: \"hf://org/model\"}").Gate;
        Assert.Equal((GateKind.Classifier, _folder["minilm"], "hf://org/model"), (gate.Kind, gate.Model, gate.Encoder));
    }

    [Fact]
    public void Load_EncoderElsewhere_StaysAUri() => Assert.Equal("hf://org/model", Load("gate: {kind: stacked, encoder: \"hf://org/model\"}").Gate.Encoder);

    [Theory]
    [InlineData("gate: {kind: magic}", "gate: kind is 'magic'; it must be ngrams, embeddings, stacked, classifier")]
    [InlineData("gate: {kind: Stacked, encoder: minilm}", "gate: kind is 'Stacked'")]
    [InlineData("gate: {kind: 2, encoder: minilm}", "gate: kind is '2'")]
    [InlineData("gate: {kind: stacked}", "gate: encoder is missing; kind stacked needs")]
    [InlineData("gate: {encoder: minilm}", "gate: encoder stands beside kind ngrams")]
    [InlineData("gate: {kind: classifier}", "gate: classifier is missing; kind classifier needs the folder or URI of a classifier")]
    [InlineData("gate: {kind: classifier, encoder: minilm}", "gate: classifier is missing")]
    [InlineData("gate: {kind: embeddings, classifier: minilm}", "gate: encoder is missing")]
    [InlineData("gate: {kind: classifier, classifier: nowhere}", "gate: classifier: there is no folder")]
    [InlineData("gate: {kind: stacked, encoder: nowhere}", "gate: encoder: there is no folder")]
    [InlineData("gate: {kind: stacked, encoder: minilm, speed: 1}", "gate has an unknown key 'speed'; known are kind, encoder, classifier")]
    [InlineData("gate: ngrams", "gate must be a mapping of kind, encoder, classifier")]
    public void Load_BadSection_NamesLineAndKey(string section, string part)
    {
        var error = Assert.Throws<CatalogueException>(() => Load(section));
        Assert.Contains($"experts.yaml:4: {part}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("gate: {kind: embeddings, encoder: minilm}", true)]
    public void Gates_DescriptionAlone_IsEnoughForAGateThatKnowsWhatWordsMean(string section, bool isGated)
    {
        var catalogue = Load(section);
        Assert.Equal([isGated, false, false], catalogue.Experts.Select(catalogue.Gates));
    }

    /// <summary>Its training weighs each expert against each: one with more ends where the file is read, and not in a training of hours.</summary>
    [Theory]
    [InlineData("gate: {kind: embeddings, encoder: minilm}", 1_000, null)]
    [InlineData("gate: {kind: embeddings, encoder: minilm}", 1_001, "experts has 1001 entries that the gate learns; with gate: kind embeddings at most 1000 are allowed")]
    [InlineData("gate: {kind: ngrams}", 1_001, null)]
    [InlineData("gate: {kind: ngrams}", 10_000, null)]
    [InlineData("gate: {kind: ngrams}", 10_001, "experts has more than 10000 entries")]
    public void Load_ManyExperts_AreAsManyAsTheGateLearns(string section, int experts, string? part)
    {
        string list = string.Concat(Enumerable.Range(0, experts).Select(i => $"- {{name: e{i}, base: small, adapter: law, description: Leases, keywords: [w{i}]}}\n"));
        File.WriteAllText(_folder["experts.yaml"], $"bases: [{{name: small, path: base}}]\n{section}\nexperts:\n{list}");

        var error = Record.Exception(() => CatalogueFile.Load(_folder["experts.yaml"]));

        Assert.Equal(part is null, error is null);
        Assert.Contains(part ?? "", error?.Message ?? "", StringComparison.Ordinal);
    }

    private ExpertCatalogue Load(string section)
    {
        File.WriteAllText(_folder["experts.yaml"], $"""
            bases:
              - name: small
                path: base
            {section}
            experts:
              - name: law
                base: small
                adapter: law
                description: Leases
              - name: quiet
                base: small
                adapter: law
              - name: general
                base: small
                description: Everything
            """);
        return CatalogueFile.Load(_folder["experts.yaml"]);
    }
}
