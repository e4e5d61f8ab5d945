using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Models.Import;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>A base where it was published.</summary>
/// <param name="Folder">Its own.</param>
/// <param name="Model">What is in it.</param>
internal sealed record ImportedBase(PreparedFolder Folder, ImportedModel Model)
{
    private readonly Lazy<string> _vocabulary = new(() => VocabularyDigest.Of(Tokenizer.Load(Model, ImportedModel.TokenizerFile), Model.Shape.Vocabulary));

    /// <summary>Digest of its vocabulary. Read when somebody asks, once: a large tokenizer takes a second.</summary>
    public string Vocabulary => _vocabulary.Value;
}
