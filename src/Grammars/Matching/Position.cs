namespace ExpertCluster.Grammars.Matching;

/// <summary>One way in which a text so far may be read: the instruction that reads the next byte, and what is to be done behind.</summary>
internal readonly record struct Position(int At, Frame? Frame);
