namespace ExpertCluster.Grammars.Vocabularies;

/// <summary>A beginning of tokens.</summary>
/// <param name="Label">Its last byte.</param>
/// <param name="Depth">Its bytes.</param>
/// <param name="Behind">The node that comes behind it and all that begins with it.</param>
/// <param name="Tokens">Those that are just it; several where a vocabulary spells one text twice.</param>
internal readonly record struct TokenNode(byte Label, byte Depth, int Behind, int[] Tokens);
