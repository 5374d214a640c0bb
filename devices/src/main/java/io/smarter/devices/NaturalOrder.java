package io.smarter.devices;

import java.util.Comparator;

/** Texts with the numbers in them by value: {@code video2} before {@code video10}. Equal texts alone compare as equal. */
final class NaturalOrder implements Comparator<String> {
    static final NaturalOrder INSTANCE = new NaturalOrder();

    private NaturalOrder() {}

    @Override
    public int compare(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() && j < b.length()) {
            int endA = endOfNumber(a, i);
            int endB = endOfNumber(b, j);
            if (endA > i && endB > j) {
                int byValue = compareNumbers(a, i, endA, b, j, endB);
                if (byValue != 0) return byValue;
                i = endA;
                j = endB;
            } else if (a.charAt(i) != b.charAt(j)) return Character.compare(a.charAt(i), b.charAt(j));
            else {
                i++;
                j++;
            }
        }
        int byRest = Integer.compare(a.length() - i, b.length() - j);
        return byRest != 0 ? byRest : a.compareTo(b);
    }

    private static int endOfNumber(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') end++;
        return end;
    }

    private static int compareNumbers(String a, int startA, int endA, String b, int startB, int endB) {
        int i = afterZeros(a, startA, endA);
        int j = afterZeros(b, startB, endB);
        if (endA - i != endB - j) return Integer.compare(endA - i, endB - j);
        for (; i < endA; i++, j++) if (a.charAt(i) != b.charAt(j)) return Character.compare(a.charAt(i), b.charAt(j));
        return 0;
    }

    private static int afterZeros(String text, int from, int end) {
        int at = from;
        while (at < end && text.charAt(at) == '0') at++;
        return at;
    }
}
