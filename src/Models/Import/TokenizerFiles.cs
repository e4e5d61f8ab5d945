using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Families;
using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Chat.Diagnostics;
using ExpertCluster.Text.Tokenization;
using ExpertCluster.Text.Tokenization.Loading;

namespace ExpertCluster.Models.Import;

/// <summary>
/// The tokenizer that comes with a checkpoint: it must load, and its ids must fit the model. Added tokens may lie beyond the model's
/// vocabulary, as where somebody added a token for padding and left the model as it was: nothing draws them, and a prompt with one in it is
/// refused then.
/// </summary>
internal static class TokenizerFiles
{
    /// <summary>Of tokenizer_config.json; those in use have two million at most.</summary>
    private const long MostBytes = 16 << 20;

    /// <returns>The tokens that end an answer by the tokenizer's own files: its eos_token.</returns>
    /// <exception cref="CheckpointException">A file is missing, malformed or of another model.</exception>
    public static IReadOnlyList<int> Check(CheckpointFolder folder, ModelShape shape)
    {
        const string File = ImportedModel.TokenizerFile;
        string path = folder.Resolve(File);
        Tokenizer tokenizer;
        try
        {
            tokenizer = Tokenizer.Load(path);
            TokenizerProbe.Check(tokenizer);
        }
        catch (TokenizerFormatException e)
        {
            // Its own message begins with the full path, which is nobody's business.
            throw new CheckpointException(File, e.Field, e.Problem, e);
        }
        catch (TextLimitException e)
        {
            throw new CheckpointException(File, null, e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(File, null, "cannot be read", e);
        }

        for (int id = shape.Vocabulary; id < tokenizer.VocabularySize; id++)
        {
            if (tokenizer.Contains(id) && !tokenizer.IsAdded(id))
            {
                throw new CheckpointException(
                    File, "model.vocab", $"has ids up to {tokenizer.VocabularySize - 1}, {ModelConfig.File} has a vocab_size of {shape.Vocabulary}");
            }
        }

        return EndOf(folder, tokenizer, shape);
    }

    private static int[] EndOf(CheckpointFolder folder, Tokenizer tokenizer, ModelShape shape)
    {
        // Whatever is wrong with one is told of it by name.
        JsonFile.ReadObject(folder, ImportedModel.TokenizerConfigFile, MostBytes);
        try
        {
            var named = SpecialTokens.Read(name => folder.Has(name) ? folder.ReadAllBytes(name, MostBytes) : null);
            return named.TryGetValue(SpecialTokens.End, out string? end) && tokenizer.TryGetId(end, out int id) && id < shape.Vocabulary ? [id] : [];
        }
        catch (ChatTemplateException error)
        {
            throw new CheckpointException(ImportedModel.TokenizerConfigFile, null, error.Message, error);
        }
    }
}
