using ExpertCluster.TestSupport;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ExpertCluster.Settings.Tests;

/// <summary>The comments at a record and its properties, as text with code between backticks.</summary>
internal sealed class Summaries
{
    private readonly TypeDeclarationSyntax _type;

    /// <param name="type">Its source is the one file of its name below src.</param>
    public Summaries(Type type)
    {
        string file = Directory.EnumerateFiles(RepositoryRoot.Combine("src"), type.Name + ".cs", SearchOption.AllDirectories).Single();
        _type = CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot().DescendantNodes().OfType<TypeDeclarationSyntax>()
            .Single(declared => declared.Identifier.Text == type.Name);
    }

    /// <exception cref="InvalidOperationException">It has no summary.</exception>
    public string Of(string property) =>
        Text(_type.Members.OfType<PropertyDeclarationSyntax>().Single(declared => declared.Identifier.Text == property), property);

    private static string Text(SyntaxNode declared, string name)
    {
        var summary = declared.GetLeadingTrivia().Select(trivia => trivia.GetStructure()).OfType<DocumentationCommentTriviaSyntax>()
            .SelectMany(comment => comment.Content).OfType<XmlElementSyntax>().FirstOrDefault(element => element.StartTag.Name.ToString() == "summary")
            ?? throw new InvalidOperationException($"{name} has no summary: say there what the setting does.");
        return string.Join(' ', string.Concat(summary.Content.Select(Piece)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private static string Piece(XmlNodeSyntax node) => node switch
    {
        XmlTextSyntax text => string.Concat(text.TextTokens.Select(token => token.IsKind(SyntaxKind.XmlTextLiteralNewLineToken) ? " " : token.ValueText)),
        XmlEmptyElementSyntax see when see.Attributes.OfType<XmlCrefAttributeSyntax>().FirstOrDefault() is { } cref => $"`{cref.Cref.ToString().Split('.')[^1]}`",
        _ => throw new InvalidOperationException($"A setting's summary has {node}: text and <see cref=\"...\"/> only."),
    };
}
